// SPDX-License-Identifier: Apache-2.0
/** The connections of the router: loaded when the state has been shown. */
export { FlowsView } from './FlowsView.tsx';
export { FlowsState } from './state.ts';
