// SPDX-License-Identifier: Apache-2.0
/** Why: the picture, the findings, and a connection explained. Loaded beside the first look, and seen with it. */
export { Explained, ReasonList } from './Explained.tsx';
export { Explanations } from './explanations.ts';
export { FindingList } from './FindingList.tsx';
export { WhyView } from './WhyView.tsx';
