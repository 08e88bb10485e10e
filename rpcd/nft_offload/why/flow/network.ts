// SPDX-License-Identifier: Apache-2.0
/** Networks and ranges of addresses, as nft and ip write them. */
import { is_integer } from 'nft_offload.base.value';
import { prefix_from } from 'nft_offload.state.policy.networks';

/** Whether an address does not come behind another. */
function not_above(a: number[], b: number[]): boolean {
	for (let i = 0; i < length(a); i++) {
		const x = a[i] ?? 0;
		const y = b[i] ?? 0;
		if (x !== y) {
			return x < y;
		}
	}
	return true;
}

/** Whether an address is this one, or in `10.0.0.0/8`, or in `10.0.0.1-10.0.0.9`; null where that is none of its family. */
function is_within(address: string, network: string): boolean | null {
	const own = iptoarr(address) ?? [];
	const ends = split(network, '-');
	const parts = split(network, '/');
	const first = iptoarr(ends[0] ?? '') ?? iptoarr(parts[0] ?? '');
	const last = iptoarr(ends[1] ?? '');
	if (first == null || length(first) !== length(own)) {
		return null;
	}
	if (last != null && length(last) === length(own)) {
		return not_above(first, own) && not_above(own, last);
	}
	const bits = int(parts[1] ?? `${8 * length(own)}`);
	return is_integer(bits) ? prefix_from(own, bits).key === prefix_from(first, bits).key : null;
}

export { is_within };
