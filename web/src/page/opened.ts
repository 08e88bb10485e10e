// SPDX-License-Identifier: Apache-2.0
/** What two of the folded parts show, as one module: loaded when either is opened. */
export { GainState, GainView } from '../gain/index.ts';
export { PolicyView } from '../policy/PolicyView.tsx';
