// SPDX-License-Identifier: Apache-2.0
/** What a mode gains: loaded when somebody asks. */
export { GainState } from './state.ts';
export { GainView } from './GainView.tsx';
