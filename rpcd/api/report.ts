// SPDX-License-Identifier: Apache-2.0
/** get_report: the router, its fast path and what is found, as text for a bug tracker. */

export interface ReportArguments {
	/** Leaves addresses in it, which are `xx` else. */
	addresses?: boolean;
}

export interface Report {
	/** English, in lines of at most 79 characters. */
	text: string;
}
