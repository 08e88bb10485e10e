// SPDX-License-Identifier: Apache-2.0
/** Why a package manager failed, from its own words and uclient-fetch's. Recorded with apk-tools 3.0.5 and opkg of 2021 and 2022. */
import type { Failure } from '../../api/index.ts';
import { free_kib } from 'nft_offload.base.flash';
import { MODULES } from 'nft_offload.install.package';
import { last_word } from 'nft_offload.install.printed';

/** What is printed, and what it means. uclient-fetch ends with 4 without a connection, 5 for TLS, 8 for HTTP's errors. */
interface Sign {
	text: string;
	/** `full`: the flash is. */
	failure: Failure | 'full';
}

/** The first that is found counts. */
const SIGNS: Sign[] = [
	// A lock can also be impossible to make.
	{ text: 'lock database: Resource temporarily unavailable', failure: { code: 'database_locked' } },
	{ text: '.lock: Resource temporarily unavailable', failure: { code: 'database_locked' } },
	{ text: 'Read-only file system', failure: { code: 'read_only' } },
	{ text: 'No space left on device', failure: 'full' },
	{ text: 'available on filesystem', failure: 'full' },
	{ text: 'UNTRUSTED signature', failure: { code: 'signature_refused' } },
	{ text: 'BAD signature', failure: { code: 'signature_refused' } },
	{ text: 'BAD archive', failure: { code: 'signature_refused' } },
	{ text: 'Signature check failed', failure: { code: 'signature_refused' } },
	{ text: 'sha256sum mismatch', failure: { code: 'signature_refused' } },
	{ text: 'SSL support not available', failure: { code: 'no_tls' } },
	// Before wget's 4, with which it ends a minute after apk has stopped reading what is no index.
	{ text: 'file format is invalid or inconsistent', failure: { code: 'feed_unreadable' } },
	{ text: 'v2 package format error', failure: { code: 'feed_unreadable' } },
	// Not TLS, but a login page, say.
	{ text: 'An invalid SSL record was received', failure: { code: 'feed_unreadable' } },
	{ text: 'SSL error', failure: { code: 'certificate_refused' } },
	{ text: 'wget: exited with error 5', failure: { code: 'certificate_refused' } },
	{ text: 'wget returned 5', failure: { code: 'certificate_refused' } },
	{ text: 'wget: exited with error 4', failure: { code: 'no_network' } },
	{ text: 'wget returned 4', failure: { code: 'no_network' } },
	{ text: 'wget: exited with error 8', failure: { code: 'feed_gone' } },
	{ text: 'wget returned 8', failure: { code: 'feed_gone' } },
	{ text: 'package mentioned in index not found', failure: { code: 'feed_gone' } }
];

/** That the flash has no room for so much; null where it has, or df does not say. */
function no_room(needed_kib: number): Failure | null {
	const free = free_kib(MODULES);
	return free != null && free < needed_kib
		? { code: 'no_space', free_kib: free, needed_kib: needed_kib }
		: null;
}

/** That the manager failed in a way that has no name here. */
function manager_failed(output: string, status: number): Failure {
	return { code: 'manager_failed', status: status, last: last_word(output) };
}

/**
 * Why a program ended with this status that has printed this; null where nothing in it tells. What is full need not
 * be the flash, and the manager may want more room than was reckoned: its log tells.
 */
function failure_in(output: string, status: number, needed_kib: number): Failure | null {
	for (let i = 0; i < length(SIGNS); i++) {
		const sign = SIGNS[i];
		if (sign != null && index(output, sign.text) !== -1) {
			return sign.failure === 'full' ? (no_room(needed_kib) ?? manager_failed(output, status)) : sign.failure;
		}
	}
	return null;
}

export { failure_in, manager_failed, no_room };
