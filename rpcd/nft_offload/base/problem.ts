// SPDX-License-Identifier: Apache-2.0
/** Problems: what a method answers instead of its reply. */
import type { Problem } from '../../api/index.ts';
import { is_object } from 'nft_offload.base.value';

/** Whether an answer is a problem: no reply of ours has a key of that name. */
function is_problem(answer: object): answer is Problem {
	return is_object(answer) && exists(answer, 'problem');
}

export { is_problem };
