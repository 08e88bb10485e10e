#!/usr/bin/ucode
// SPDX-License-Identifier: Apache-2.0
/**
 * The ubus object `luci.nft-offload`: an exec plugin of rpcd, which runs `list` when it starts and `call METHOD`,
 * with the arguments as JSON on standard input, for every call. It prints one JSON object, once and last: what
 * is printed before a program is started could be printed twice.
 */
'use strict';
import { stdin } from 'fs';
import type { MethodName, Problem } from './api.ts';
import { get_config } from 'nft_offload.config';
import { get_flows } from 'nft_offload.flows';
import { get_job, install_package } from 'nft_offload.job';
import { set_mode } from 'nft_offload.mode';
import { get_package } from 'nft_offload.package';
import { is_problem } from 'nft_offload.problem';
import {
	are_flows_arguments,
	are_job_arguments,
	are_mode_arguments,
	fault_of_flows,
	fault_of_job,
	fault_of_mode,
	fault_of_none,
	read_request
} from 'nft_offload.request';
import type { Request } from 'nft_offload.request';
import { get_status } from 'nft_offload.status';
import { message_of } from 'nft_offload.value';

/** The methods and an example of each argument, which gives its type. While this runs rpcd serves nobody. */
const SIGNATURES =
	'{"get_status":{},"get_config":{},' +
	'"get_flows":{"limit":50,"offset":0,"sort":"bytes","path":"cpu","family":"ipv4","protocol":"tcp",' +
	'"search":"","client":"","group":"client","breakdown":false},' +
	'"get_package":{},"get_job":{"offset":0},"install_package":{},"set_mode":{"mode":"off"}}';

/** Bytes. More than rpcd's 65,536, so that a request cut off by it is not taken for whole. */
const REQUEST_LIMIT = 131072;

/** Bytes: a file of 128 KiB in base64. Over 1 MiB the bus would drop rpcd. */
const REPLY_LIMIT = 180224;

const METHODS: Record<MethodName, (request: Request) => object> = {
	get_status: (request) => fault_of_none(request.arguments) ?? get_status(),
	get_config: (request) => fault_of_none(request.arguments) ?? get_config(),
	get_flows: (request) => {
		const given = request.arguments;
		return are_flows_arguments(given) ? get_flows(given) : (fault_of_flows(given) ?? {});
	},
	get_package: (request) => fault_of_none(request.arguments) ?? get_package(),
	get_job: (request) => {
		const given = request.arguments;
		return are_job_arguments(given) ? get_job(given.offset ?? 0) : (fault_of_job(given) ?? {});
	},
	install_package: (request) => fault_of_none(request.arguments) ?? install_package(),
	set_mode: (request) => {
		const given = request.arguments;
		return are_mode_arguments(given) ? set_mode(given.mode, request.session) : (fault_of_mode(given) ?? {});
	}
};

function is_method(name: string | undefined): name is MethodName {
	return name != null && exists(METHODS, name);
}

function answer_call(): object {
	const method = ARGV[1];
	if (ARGV[0] !== 'call' || !is_method(method)) {
		return { problem: 'unknown_method' } satisfies Problem;
	}
	const request = read_request(stdin.read(REQUEST_LIMIT) ?? '');
	return is_problem(request) ? request : METHODS[method](request);
}

function fault(reason: string): string {
	return sprintf('%J', { problem: 'internal', reason: substr(reason, 0, 256) } satisfies Problem);
}

/** The reply as text, whatever happens. */
function reply(): string {
	try {
		const text = sprintf('%J', answer_call());
		return length(text) <= REPLY_LIMIT ? text : fault('the reply is too large');
	} catch (error) {
		return fault(message_of(error));
	}
}

print(ARGV[0] === 'list' ? SIGNATURES : reply(), '\n');
