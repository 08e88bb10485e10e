// SPDX-License-Identifier: Apache-2.0
/** Room on the flash. */
import { run } from 'nft_offload.base.command';
import { number_or, words_of } from 'nft_offload.base.value';

const DF = '/bin/df';

/** KiB free where a path lies, from df's last line, counted from its end since a long device name wraps. */
function free_kib(path: string): number | null {
	const outcome = run(DF, ['-k', path]);
	const words = words_of(outcome.output);
	const count = length(words);
	const free = number_or(words[count - 3] ?? null, -1);
	return outcome.status === 0 && free >= 0 ? free : null;
}

export { DF, free_kib };
