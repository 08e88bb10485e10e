// SPDX-License-Identifier: Apache-2.0
/** Why a package manager failed, from its own words and uclient-fetch's. Recorded with apk-tools 3.0.5 and opkg of 2021 and 2022. */
import type { Failure } from '../../api/index.ts';
import { free_kib } from 'nft_offload.base.flash';
import { MODULES } from 'nft_offload.install.package';

/** What is printed, and what it means. uclient-fetch ends with 4 without a connection, 5 for TLS, 8 for HTTP's errors. */
interface Sign {
	text: string;
	/** `full`: the flash is. */
	failure: Failure | 'full';
}

/** The first that is found counts. */
const SIGNS: Sign[] = [
	{ text: 'Unable to lock database', failure: { code: 'database_locked' } },
	{ text: 'Could not lock ', failure: { code: 'database_locked' } },
	{ text: 'No space left on device', failure: 'full' },
	{ text: 'available on filesystem', failure: 'full' },
	{ text: 'UNTRUSTED signature', failure: { code: 'signature_refused' } },
	{ text: 'BAD signature', failure: { code: 'signature_refused' } },
	{ text: 'BAD archive', failure: { code: 'signature_refused' } },
	{ text: 'Signature check failed', failure: { code: 'signature_refused' } },
	{ text: 'sha256sum mismatch', failure: { code: 'signature_refused' } },
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

/**
 * Why a program ended with this status that has printed this; null where nothing in it tells. What is full need not
 * be the flash, and the manager may want more room than was reckoned: its log tells.
 */
function failure_in(output: string, status: number, needed_kib: number): Failure | null {
	for (let i = 0; i < length(SIGNS); i++) {
		const sign = SIGNS[i];
		if (sign != null && index(output, sign.text) !== -1) {
			return sign.failure === 'full'
				? (no_room(needed_kib) ?? { code: 'manager_failed', status: status })
				: sign.failure;
		}
	}
	return null;
}

export { failure_in, no_room };
