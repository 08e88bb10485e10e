// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from 'preact';
import type { Finding, Mode, PolicyRule } from '../../../rpcd/api/index.ts';
import { Lines } from '../ui/Lines.tsx';
import { explainFinding, keepName, severityName, wayName, type Way } from './texts.ts';

export interface FindingActions {
	/** Asks to see what a change would do; null for who may only look, and in a review. */
	onReview: ((mode: Mode) => void) | null;
	/** Asks to see what one more rule of the policy would change; null as above. */
	onKeep: ((rule: PolicyRule) => void) | null;
	/** A button that loads the firewall, and tells beside it how that went; null where none is to be offered. */
	reload: (() => ComponentChildren) | null;
	/** A change is under way. */
	busy: boolean;
	/** The mode that is set up, or that is reviewed: no way leads to where one is. */
	mode: Mode | null;
}

/** What was found, the gravest first: each with what it costs and the way out, unfolded where it is grave. */
export function FindingList({ findings, ...actions }: FindingActions & { findings: readonly Finding[] }) {
	return (
		<ul class="nfo-findings">
			{findings.map((finding, index) => (
				<Item key={`${finding.code} ${index}`} finding={finding} actions={actions} />
			))}
		</ul>
	);
}

function Item({ finding, actions }: { finding: Finding; actions: FindingActions }) {
	const { title, consequence, ways } = explainFinding(finding);
	return (
		<li class={`nfo-finding nfo-${finding.severity}`}>
			<details open={finding.severity === 'danger'}>
				<summary>
					<span class="nfo-mark-of" aria-hidden="true">
						{finding.severity === 'notice' ? 'i' : '!'}
					</span>
					<span class="nfo-unseen">{severityName(finding.severity)}: </span>
					{title}
				</summary>
				<p>{consequence}</p>
				{ways.map((way, index) => (
					<WayView key={index} way={way} actions={actions} />
				))}
			</details>
		</li>
	);
}

function WayView({ way, actions }: { way: Way; actions: FindingActions }) {
	const { onReview, onKeep, reload, busy, mode } = actions;
	switch (way.kind) {
		case 'advice':
			return <p class="nfo-advice">{way.text}</p>;
		case 'lines':
			return (
				<>
					<p class="nfo-advice">{way.text}</p>
					<Lines lines={way.lines} label={way.text} />
				</>
			);
		case 'reload':
			return (
				<>
					<p class="nfo-advice">{way.text}</p>
					{reload?.()}
				</>
			);
		case 'mode':
			if (onReview === null || way.mode === mode) return null;
			return (
				<Button
					text={way.text}
					name={wayName(way.mode)}
					busy={busy}
					onClick={() => {
						onReview(way.mode);
					}}
				/>
			);
		case 'keep':
			if (onKeep === null || mode === 'off') return null;
			return (
				<Button
					text={way.text}
					name={keepName(way.rule)}
					busy={busy}
					onClick={() => {
						onKeep(way.rule);
					}}
				/>
			);
	}
}

function Button(given: { text: string; name: string; busy: boolean; onClick: () => void }) {
	return (
		<p class="nfo-way">
			<span class="nfo-advice">{given.text}</span>{' '}
			<button type="button" class="btn cbi-button" disabled={given.busy} onClick={given.onClick}>
				{given.name}
			</button>
		</p>
	);
}
