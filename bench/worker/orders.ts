// What a bench process and its parent say to each other over Node's IPC channel.

export type Order = { readonly id: number; readonly name: string; readonly given: unknown };

export type FromWorker =
  | {
      readonly kind: "progress";
      readonly id: number;
      readonly share: number;
      readonly detail: string;
    }
  | { readonly kind: "done"; readonly id: number; readonly outcome: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly problem: string };
