// What usage has besides the ledger, which it reads and never copies: specifications of kinds of
// usage, and summaries of consumption that somebody asked for.

import { resourceTable } from "../http/tmf/resource-table.ts";

export const usageSpecifications = resourceTable("usage_specification");
export const usageConsumptions = resourceTable("query_usage_consumption");
