// SPDX-License-Identifier: Apache-2.0
/** The shapes of replies that are not needed to show the state: a module of its own, loaded after it. */
export { change, changeCheck } from './later/change.ts';
export { flows } from './later/flows.ts';
export { comparison } from './later/gain.ts';
export { hostHints, leases } from './later/hosts.ts';
export { job, packageDetails } from './later/install.ts';
export { policy } from './later/policy.ts';
export { report } from './later/report.ts';
export { diagnosis, explanation, relearning } from './later/why.ts';
