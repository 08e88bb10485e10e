// SPDX-License-Identifier: Apache-2.0
/** get_diagnosis, explain_flow and relearn_flows, as a caller reaches them. */
import type { DiagnosisArguments, ExplainFlowArguments, RelearnArguments } from '../../api/index.ts';
import { short_address } from 'nft_offload.base.address';
import { replies } from 'nft_offload.base.reply';
import {
	FAMILY,
	MODE,
	PROTOCOL,
	fault_of,
	invalid,
	ip_address,
	is_faultless,
	whole_number
} from 'nft_offload.base.request';
import type { Check } from 'nft_offload.base.request';
import { get_diagnosis } from 'nft_offload.why.diagnosis';
import { explain_flow } from 'nft_offload.why.explain_flow';
import { relearn_flows } from 'nft_offload.why.relearn';

const TUPLE: Check[] = [
	FAMILY,
	PROTOCOL,
	ip_address('source'),
	ip_address('destination'),
	whole_number('source_port', 65535),
	whole_number('destination_port', 65535)
];

/** Those without which nobody knows which connection is meant. */
const NEEDED = ['family', 'protocol', 'source', 'destination'];

const PORTS = ['source_port', 'destination_port'];

/** The first of the needed arguments that is not there. */
function lacking(given: Record<string, unknown>): string | null {
	const absent = (names: string[]): string | null => filter(names, (name) => !exists(given, name))[0] ?? null;
	const has_ports = given['protocol'] === 'tcp' || given['protocol'] === 'udp';
	return absent(NEEDED) ?? (has_ports ? absent(PORTS) : null);
}

/** The address that is not of the family; null where both are. */
function of_another_family(given: ExplainFlowArguments): string | null {
	const is_other = (text: string): boolean => (index(text, ':') === -1) !== (given.family === 'ipv4');
	return is_other(given.source) ? 'source' : is_other(given.destination) ? 'destination' : null;
}

function explain(given: ExplainFlowArguments): object {
	const other = of_another_family(given);
	given.source = short_address(given.source);
	given.destination = short_address(given.destination);
	return other == null ? explain_flow(given) : invalid(other, `an address of ${given.family}`);
}

/** Seconds: what only asks the router, and starts a few programs. Under emulation beside others each took two (VM of the tests). */
const DIAGNOSIS_SECONDS = 15;

const REPLY = replies(DIAGNOSIS_SECONDS, {
	get_diagnosis: (request) => {
		const given = request.arguments;
		const fault = fault_of(given, [MODE]);
		return is_faultless<DiagnosisArguments>(given, fault) ? get_diagnosis(given.mode ?? null) : fault;
	},
	explain_flow: (request) => {
		const given = request.arguments;
		const absent = lacking(given);
		const fault = fault_of(given, TUPLE) ?? (absent == null ? null : invalid(absent, 'to be given'));
		return is_faultless<ExplainFlowArguments>(given, fault) ? explain(given) : fault;
	},
	relearn_flows: (request) => {
		const given = request.arguments;
		const fault = fault_of(given, [ip_address('client')]);
		return is_faultless<RelearnArguments>(given, fault) ? relearn_flows(given) : fault;
	}
});

export { REPLY };
