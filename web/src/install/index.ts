// SPDX-License-Identifier: Apache-2.0
/** The package and its installation: loaded when the state has been shown. */
export { InstallState } from './state.ts';
export { InstallView } from './InstallView.tsx';
