// SPDX-License-Identifier: Apache-2.0
/** Changing the mode: a module of its own, loaded when a change is asked for or when the router tells of one. */
export { ChangeDraft } from './draft.ts';
export { ChangeWitness } from './witness.ts';
export { ChangeView } from './ChangeView.tsx';
