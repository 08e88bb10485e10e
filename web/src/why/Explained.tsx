// SPDX-License-Identifier: Apache-2.0
import { Component } from 'preact';
import type { Flow, FlowExplanation, FlowReason } from '../../../rpcd/api/index.ts';
import { UbusError, type UbusClient } from '../lib/ubus/index.ts';
import { _, fill } from '../ui/i18n.ts';
import { KeepButton, type Keep } from '../ui/keep.tsx';
import { explainError } from '../ui/problem.ts';
import { toArguments } from './explanations.ts';
import { checkName, explainReason, type ReasonText } from './reasons.ts';

interface ExplainedProps {
	flow: Flow;
	router: Pick<UbusClient, 'call'>;
	/** Null for who may only look. */
	onKeep: Keep | null;
}

type Answer = FlowExplanation | UbusError | null;

/** Why a connection is on its path: asked once, when it is opened, and again when it has changed its path. */
export class Explained extends Component<ExplainedProps, { answer: Answer }> {
	override state: { answer: Answer } = { answer: null };

	override componentDidMount() {
		void this.#ask();
	}

	override componentDidUpdate({ flow }: ExplainedProps) {
		if (flow.path !== this.props.flow.path) void this.#ask();
	}

	override render(
		{ flow: { path, original, reply }, onKeep }: ExplainedProps,
		{ answer }: { answer: Answer }
	) {
		if (answer === null) return <p class="spinning">{_('Asking the router…')}</p>;
		if (answer instanceof UbusError) return <p class="nfo-hint">{explainError(answer)}</p>;
		// Of what is forwarded from outside to a port of a client, the client.
		const client = reply.source === original.destination ? original.source : reply.source;
		return (
			<>
				<Reasons explanation={answer} />
				{onKeep && path !== 'cpu' && <KeepButton client={client} class="nfo-link" onKeep={onKeep} />}
			</>
		);
	}

	async #ask(): Promise<void> {
		const { flow, router } = this.props;
		try {
			this.setState({ answer: await router.call('luci.nft-offload', 'explain_flow', toArguments(flow)) });
		} catch (error) {
			if (!(error instanceof UbusError)) throw error;
			this.setState({ answer: error });
		}
	}
}

function Reasons({ explanation: { reasons, checked, comes_by, goes_by } }: { explanation: FlowExplanation }) {
	return (
		<>
			{reasons.length === 0 ? (
				<p>{fill(_('Unknown. Checked and found in order: %s.'), checked.map(checkName).join(', '))}</p>
			) : (
				<ReasonList reasons={reasons} />
			)}
			{comes_by && goes_by && (
				<p class="nfo-hint">{fill(_('Comes by %s, goes by %s.'), endText(comes_by), endText(goes_by))}</p>
			)}
		</>
	);
}

/** Why a connection is on its path, the strongest reason first. */
export function ReasonList({ reasons }: { reasons: readonly FlowReason[] }) {
	return (
		<>
			{reasons.map((reason) => (
				<Reason key={reason.code} {...explainReason(reason)} />
			))}
		</>
	);
}

function Reason({ text, advice }: ReasonText) {
	return (
		<p>
			{text} {advice !== '' && <span class="nfo-advice">{advice}</span>}
		</p>
	);
}

const endText = ({ device, zone }: { device: string; zone: string | null }) =>
	zone === null ? device : `${device} (${zone})`;
