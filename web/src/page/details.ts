// SPDX-License-Identifier: Apache-2.0
/** What lies folded at the end of the page, as one module: loaded when the state has been shown. */
export { InstallState, InstallView } from '../install/index.ts';
export { GainFold } from '../gain/Fold.tsx';
export { PolicyFold } from '../policy/Fold.tsx';
export { ReportView } from '../report/index.ts';
export { Facts } from '../state/Facts.tsx';
