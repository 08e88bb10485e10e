// SPDX-License-Identifier: Apache-2.0
/**
 * OpenWrt's configuration files, read as libuci reads them and edited as an admin edits them. Needs nothing else.
 *
 *     const document = parse(decodeBase64(config.base64));
 *     findSection(document, '@defaults[0]')?.options.get('flow_offloading');
 *     const preview = commitPreview(document, [{ section: '@defaults[0]', option: 'flow_offloading', value: '1' }]);
 *
 * - All text is a byte string, one character a byte, so that every byte survives; `displayText` is for showing.
 * - `parse` gives the values that libuci gives, and refuses what it refuses, with its reason and place.
 * - A `Document` never changes. `setOption` makes another one that differs in one option's line.
 * - `exportText` is what libuci writes on a commit, and `lossOnCommit` what is lost by it.
 */
export { decodeBase64, displayText } from './bytes.ts';
export { changedLines, type DiffLine } from './diff.ts';
export { findSection, type Command, type Document, type Section, type Value } from './document.ts';
export { setOption, UciEditError, type Edit } from './edit.ts';
export { UciError, type UciReason } from './error.ts';
export { exportText } from './export.ts';
export { parse } from './parse.ts';
export { commitPreview, lossOnCommit, type CommitPreview, type Loss } from './preview.ts';
export type { Span } from './words.ts';
