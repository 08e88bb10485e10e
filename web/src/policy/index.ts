// SPDX-License-Identifier: Apache-2.0
/** Which connections stay on the CPU by choice: a module of its own, loaded when it is asked for. */
export { PolicyState } from './state.ts';
export { PolicyView } from './PolicyView.tsx';
