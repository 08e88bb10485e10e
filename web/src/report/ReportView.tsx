// SPDX-License-Identifier: Apache-2.0
import { Component } from 'preact';
import { UbusError, type UbusClient } from '../lib/ubus/index.ts';
import { saveFile } from '../ui/clipboard.ts';
import { _ } from '../ui/i18n.ts';
import { Lines } from '../ui/Lines.tsx';
import { explainError } from '../ui/problem.ts';

/** Milliseconds: the router asks itself three things, each with a limit of its own. */
const TIMEOUT = 35_000;

interface ReportViewProps {
	router: Pick<UbusClient, 'call'>;
}

interface ReportViewState {
	/** As it was told last; null before. */
	answer: string | UbusError | null;
	asking: boolean;
	addresses: boolean;
}

/** What the router is, what is set up and seen, and what was found, as text: made when somebody opens it. */
export class ReportView extends Component<ReportViewProps, ReportViewState> {
	override state: ReportViewState = { answer: null, asking: false, addresses: false };
	/** Counts the questions: only the last one's answer is shown. */
	#questions = 0;

	override render(_props: ReportViewProps, state: ReportViewState) {
		return (
			<section class="cbi-section nfo-folded" aria-label={_('Report', 'bug tracker')}>
				<details
					onToggle={({ currentTarget }) => {
						if (currentTarget.open) void this.#ask(state.addresses);
					}}
				>
					<summary>
						<h3>{_('Report', 'bug tracker')}</h3> <span>{_('for a forum or a bug tracker')}</span>
					</summary>
					{this.#answer(state)}
				</details>
			</section>
		);
	}

	#answer({ answer, asking, addresses }: ReportViewState) {
		return (
			<>
				<p class="nfo-hint">
					{_('Versions, devices, flowtable, what was seen and found. Read it before you pass it on.')}
				</p>
				<p>
					<label>
						<input
							type="checkbox"
							checked={addresses}
							onChange={({ currentTarget }) => {
								void this.#ask(currentTarget.checked);
							}}
						/>{' '}
						{_('With addresses, which are “xx” otherwise')}
					</label>
				</p>
				{asking && <p class="spinning">{_('Asking the router…')}</p>}
				{answer instanceof UbusError && <p class="nfo-hint">{explainError(answer)}</p>}
				{typeof answer === 'string' && !asking && (
					<Lines lines={answer.split('\n')} label={_('Report', 'bug tracker')}>
						<button
							type="button"
							class="btn cbi-button"
							onClick={() => {
								saveFile('nft-offload-report.txt', 'text/plain', answer);
							}}
						>
							{_('Download', 'file')}
						</button>
					</Lines>
				)}
			</>
		);
	}

	async #ask(addresses: boolean): Promise<void> {
		const question = ++this.#questions;
		this.setState({ asking: true, addresses });
		const answer = await this.#get(addresses);
		if (question === this.#questions) this.setState({ asking: false, answer });
	}

	async #get(addresses: boolean): Promise<string | UbusError> {
		try {
			const options = { alone: true, timeout: TIMEOUT };
			const { text } = await this.props.router.call('luci.nft-offload', 'get_report', { addresses }, options);
			return text;
		} catch (error) {
			if (!(error instanceof UbusError)) throw error;
			return error;
		}
	}
}
