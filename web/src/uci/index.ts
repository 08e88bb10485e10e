// SPDX-License-Identifier: Apache-2.0
export { decodeBase64, displayText } from './bytes.ts';
export { findSection, type Document, type Section, type Value } from './document.ts';
export { UciError, type UciReason } from './error.ts';
export { exportText } from './export.ts';
export { parse } from './parse.ts';
