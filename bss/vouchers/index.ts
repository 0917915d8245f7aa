// The door of vouchers.

export { encryptedVoucherBatches, type VoucherCipher } from "./batches.ts";
export { type VoucherTools, voucherRoutes } from "./routes.ts";
export { startVoucherWorker, type VoucherWorker } from "./voucher-worker.ts";
