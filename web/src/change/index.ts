// SPDX-License-Identifier: Apache-2.0
/** Changing the mode: a module of its own, loaded when a change is asked for. */
export { ChangeSequence } from './sequence.ts';
export { ChangeView } from './ChangeView.tsx';
