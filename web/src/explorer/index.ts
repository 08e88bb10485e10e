// SPDX-License-Identifier: Apache-2.0
/** The connections of the router: loaded when the state has been shown. */
export { Explorer } from './Explorer.tsx';
export { ExplorerState } from './state.ts';
