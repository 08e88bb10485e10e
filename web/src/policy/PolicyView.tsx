// SPDX-License-Identifier: Apache-2.0
import { Component } from 'preact';
import type { Policy, PolicyRule } from '../../../rpcd/api/index.ts';
import type { UbusClient } from '../lib/ubus/index.ts';
import { Notice } from '../ui/boxes.tsx';
import { formatCount } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import css from '../ui/field.css?inline';
import { Lines } from '../ui/Lines.tsx';
import { explainError } from '../ui/problem.ts';
import { PolicyState } from './state.ts';
import { conditionName, exampleOf, forceText, ruleText, type Condition } from './texts.ts';

export interface PolicyProps {
	router: Pick<UbusClient, 'call'>;
	/** Asks to see what an edit of the rules would change; null for who may only look. */
	onReview: ((edit: (rules: PolicyRule[]) => PolicyRule[]) => void) | null;
	/** A change is under way. */
	busy: boolean;
}

/** The rules, what each keeps on the CPU now, and one more: asked of the router at first, and when a change has ended. */
export class PolicyView extends Component<PolicyProps> {
	readonly #state = new PolicyState(this.props.router, () => {
		this.forceUpdate();
	});

	override componentDidMount() {
		void this.#state.look();
		void this.#state.lookForHosts();
	}

	override componentDidUpdate({ busy }: PolicyProps) {
		if (busy && !this.props.busy) void this.#state.look();
	}

	override render(props: PolicyProps) {
		const { policy, error, hosts, looking } = this.#state;
		return error ? (
			<Notice tone="warning">{explainError(error)}</Notice>
		) : policy === null ? (
			<p class="spinning">{_('Asking the router…')}</p>
		) : (
			<Shown {...props} busy={props.busy || looking} policy={policy} hosts={hosts} />
		);
	}
}

interface ShownProps extends Omit<PolicyProps, 'router'> {
	policy: Policy;
	hosts: Record<string, string>;
}

/** Whatever is pressed is reviewed before it is done. */
function Shown({ policy, hosts, onReview, busy }: ShownProps) {
	const { tone, text, advice } = forceText(policy.force);
	const { rules } = policy;
	return (
		<>
			<style>{css}</style>
			{tone === 'good' ? (
				<p>{text}</p>
			) : (
				<Notice tone={tone}>
					{text} {advice}{' '}
					{onReview && mayHelp(policy) && (
						<button
							type="button"
							class="btn cbi-button"
							disabled={busy}
							onClick={() => {
								onReview((now) => now);
							}}
						>
							{_('Put it in force…')}
						</button>
					)}
				</Notice>
			)}
			{rules.length > 0 && <Rules policy={policy} onReview={onReview} busy={busy} />}
			{policy.escaped > 0 && (
				<Notice tone="warning">
					{fill(_('%s connections are offloaded although a rule keeps them.'), formatCount(policy.escaped))}
				</Notice>
			)}
			{onReview && policy.fault === null && (
				<NewRule
					names={rules.map(({ name }) => name)}
					hosts={hosts}
					busy={busy}
					onAdd={(rule) => {
						onReview((now) => [...now, rule]);
					}}
				/>
			)}
			{policy.text !== '' && (
				<details>
					<summary>{_('As nft has it')}</summary>
					<Lines lines={policy.text.split('\n')} label={_('As nft has it')} />
				</details>
			)}
		</>
	);
}

/** Whether it comes into force when the firewall is loaded with its include. */
const mayHelp = ({ force }: Policy) =>
	force.state === 'not_in_force' && ['not_included', 'not_loaded'].includes(force.cause);

interface RulesProps {
	policy: Policy;
	onReview: PolicyProps['onReview'];
	busy: boolean;
}

function Rules({ policy: { rules, kept, whole }, onReview, busy }: RulesProps) {
	const edit = (name: string, by: (rule: PolicyRule) => PolicyRule[]) =>
		onReview?.((now) => now.flatMap((rule) => (rule.name === name ? by(rule) : [rule])));
	return (
		<table class="table">
			<caption class="nfo-unseen">{_('Connections that stay on the CPU')}</caption>
			<thead>
				<tr class="tr table-titles">
					<th class="th">{_('Rule')}</th>
					<th class="th">{_('Connections')}</th>
					<th class="th">{_('Kept on the CPU now')}</th>
					{onReview && <th class="th" />}
				</tr>
			</thead>
			<tbody>
				{rules.map((rule, at) => (
					<tr key={rule.name} class="tr">
						<th scope="row" class="td">
							<bdi>{rule.name}</bdi>
						</th>
						<td class="td" data-title={_('Connections')}>
							{ruleText(rule)}
						</td>
						<td class="td" data-title={_('Kept on the CPU now')}>
							{rule.enabled === false ? _('switched off', 'rule') : keptText(kept[at] ?? null, whole)}
						</td>
						{onReview && (
							<td class="td">
								<button
									type="button"
									class="btn cbi-button"
									disabled={busy}
									onClick={() => {
										edit(rule.name, (now) => [{ ...now, enabled: rule.enabled === false }]);
									}}
								>
									{rule.enabled === false ? _('Switch on…') : _('Switch off…')}
								</button>{' '}
								<button
									type="button"
									class="btn cbi-button"
									disabled={busy}
									onClick={() => {
										edit(rule.name, () => []);
									}}
								>
									{_('Remove…')}
								</button>
							</td>
						)}
					</tr>
				))}
			</tbody>
		</table>
	);
}

/** Null where the router cannot tell. */
const keptText = (kept: number | null, whole: boolean): string =>
	kept === null ? _('not counted') : `${whole ? '' : '≥ '}${formatCount(kept)}`;

const CONDITIONS: readonly Condition[] = [
	'clients',
	'destinations',
	'ports',
	'first_packets',
	'family',
	'protocol',
	'src',
	'dest',
	'macs',
	'dscp',
	'mark'
];

interface NewRuleProps {
	names: readonly string[];
	hosts: Record<string, string>;
	busy: boolean;
	onAdd: (rule: PolicyRule) => void;
}

/** One rule of one condition. More than one: on the command line, or in the file. */
class NewRule extends Component<NewRuleProps, { condition: Condition }> {
	override state: { condition: Condition } = { condition: 'clients' };

	override render({ names, hosts, busy, onAdd }: NewRuleProps, { condition }: { condition: Condition }) {
		return (
			<form
				class="nfo-actions"
				onSubmit={(event) => {
					event.preventDefault();
					const given = new FormData(event.currentTarget);
					const value = textOf(given.get('value')).trim();
					const name = textOf(given.get('name')).trim();
					onAdd({
						name: name || freeName(`${condition} ${value}`.slice(0, 60), names),
						...conditionOf(condition, value)
					});
				}}
			>
				<label class="nfo-field">
					{_('Keep on the CPU')}
					<select
						class="cbi-input-select"
						value={condition}
						onChange={({ currentTarget }) => {
							const chosen = CONDITIONS.find((each) => each === currentTarget.value);
							if (chosen) this.setState({ condition: chosen });
						}}
					>
						{CONDITIONS.map((each) => (
							<option key={each} value={each}>
								{conditionName(each)}
							</option>
						))}
					</select>
				</label>
				<label class="nfo-field">
					{_('Value', 'condition')}
					<Value condition={condition} hosts={hosts} />
				</label>
				<label class="nfo-field">
					{_('Name', 'rule')}
					<input name="name" class="cbi-input-text" maxLength={64} pattern="[ -~]*" />
				</label>
				<button type="submit" class="btn cbi-button cbi-button-add" disabled={busy}>
					{_('Add…')}
				</button>
			</form>
		);
	}
}

const CHOICES = { family: ['ipv4', 'ipv6'], protocol: ['tcp', 'udp'] } as const;

/** For MAC addresses those of hosts are offered, by name. */
function Value({ condition, hosts }: { condition: Condition; hosts: Record<string, string> }) {
	return condition === 'family' || condition === 'protocol' ? (
		<select name="value" class="cbi-input-select">
			{CHOICES[condition].map((each) => (
				<option key={each} value={each}>
					{each.replace('ip', 'IP').replace(/^[tu].*/, (word) => word.toUpperCase())}
				</option>
			))}
		</select>
	) : (
		<>
			<input
				type="text"
				name="value"
				required
				class="cbi-input-text"
				placeholder={exampleOf(condition)}
				list={condition === 'macs' ? 'nfo-hosts' : ''}
			/>
			<datalist id="nfo-hosts">
				{Object.entries(hosts).map(([mac, name]) => (
					<option key={mac} value={mac}>
						{name}
					</option>
				))}
			</datalist>
		</>
	);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What the router does not take it refuses, and names. */
function conditionOf(condition: Condition, value: string): Partial<PolicyRule> {
	switch (condition) {
		case 'clients':
		case 'destinations':
		case 'ports':
		case 'macs':
		case 'dscp':
			return { [condition]: value.split(/[\s,]+/) };
		case 'src':
		case 'dest':
		case 'mark':
			return { [condition]: value };
		case 'first_packets':
			return { first_packets: Number(value) };
		case 'family':
			return { family: value === 'ipv6' ? 'ipv6' : 'ipv4' };
		case 'protocol':
			return { protocol: value === 'udp' ? 'udp' : 'tcp' };
	}
}

/** A name that no other rule has. */
function freeName(name: string, names: readonly string[]): string {
	let free = name;
	for (let i = 2; names.includes(free); i++) free = `${name} ${i}`;
	return free;
}
