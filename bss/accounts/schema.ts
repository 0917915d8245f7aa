// Accounts of TMF666, and how, when and in which form they are billed.

import { resourceTable } from "../http/tmf/resource-table.ts";

export const partyAccounts = resourceTable("party_account");
export const billingAccounts = resourceTable("billing_account");
export const settlementAccounts = resourceTable("settlement_account");
export const financialAccounts = resourceTable("financial_account");
export const billingCycleSpecifications = resourceTable("billing_cycle_specification");
export const billFormats = resourceTable("bill_format");
export const billPresentationMedia = resourceTable("bill_presentation_media");
