// SPDX-License-Identifier: Apache-2.0
/** get_diagnosis, explain_flow and relearn_flows, as a caller reaches them. */
import type {
	DiagnosisArguments,
	ExplainFlowArguments,
	Family,
	Mode,
	RelearnArguments
} from '../../api/index.ts';
import { short_address } from 'nft_offload.base.address';
import { replies } from 'nft_offload.base.reply';
import { fault_of, invalid, is_faultless, one_of, whole_number } from 'nft_offload.base.request';
import type { Check } from 'nft_offload.base.request';
import { is_printable, is_text, matches } from 'nft_offload.base.value';
import { get_diagnosis } from 'nft_offload.why.diagnosis';
import { explain_flow } from 'nft_offload.why.explain_flow';
import { relearn_flows } from 'nft_offload.why.relearn';

const MODES: Record<Mode, true> = { off: true, software: true, hardware: true };
const EITHER: Record<Family, true> = { ipv4: true, ipv6: true };

function address(name: string): Check {
	return {
		name: name,
		expected: 'an IP address',
		accepts: (value) => is_text(value) && length(value) <= 45 && is_printable(value) && iptoarr(value) != null
	};
}

const TUPLE: Check[] = [
	one_of('family', EITHER),
	{
		name: 'protocol',
		expected: 'letters, digits and -, at most 32',
		accepts: (value) => is_text(value) && length(value) <= 32 && matches(value, /[A-Za-z0-9-]+/)
	},
	address('source'),
	address('destination'),
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
		const fault = fault_of(given, [one_of('mode', MODES)]);
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
		const fault = fault_of(given, [address('client')]);
		return is_faultless<RelearnArguments>(given, fault) ? relearn_flows(given) : fault;
	}
});

export { REPLY };
