// SPDX-License-Identifier: Apache-2.0
/** What is said of something that the router carries out: whose it is, and how long it has. */
import type { ChangeAuthor } from '../../../rpcd/api/index.ts';
import { _ } from './i18n.ts';

/** A user by his name. On the router itself everybody is root, so nobody is named. */
export const whose = (by: ChangeAuthor): string => by ?? _('somebody on the router');

/** A time that is left: "1:05", or "2:00:00". */
export function clockText(seconds: number): string {
	const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((each) => String(each).padStart(2, '0'));
	const hours = Math.floor(seconds / 3600);
	return hours > 0 ? [hours, ...parts].join(':') : parts.join(':').replace(/^0/, '');
}
