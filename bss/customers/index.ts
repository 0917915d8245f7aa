// The door of the customers.

export { membersOf, payerOf, soundCustomer } from "./customer.ts";
export {
  type Interaction,
  listInteractions,
  recordInteraction,
} from "./interactions.ts";
export { type CustomerKinds, customerKinds, encryptedCustomers } from "./kinds.ts";
export { customerRoutes } from "./routes.ts";
export { Customer_Create } from "./tmf629.generated.ts";
