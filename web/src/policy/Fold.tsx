// SPDX-License-Identifier: Apache-2.0
import { Component, type ComponentType } from 'preact';
import { _ } from '../ui/i18n.ts';
import type { PolicyProps } from './PolicyView.tsx';

interface FoldProps extends PolicyProps {
	/** Loads what shows it. */
	load: () => Promise<{ PolicyView: ComponentType<PolicyProps> }>;
}

interface Folded {
	open: boolean;
	View: ComponentType<PolicyProps> | null;
	incomplete: boolean;
}

/** Which connections stay on the CPU by choice, folded: what shows them is loaded when it is opened, and asks anew each time. */
export class PolicyFold extends Component<FoldProps, Folded> {
	override state: Folded = { open: false, View: null, incomplete: false };

	override render(props: FoldProps, { open, View, incomplete }: Folded) {
		return (
			<section class="cbi-section nfo-folded" aria-label={_('Kept on the CPU by choice')}>
				<details
					onToggle={({ currentTarget }) => {
						void this.#toggle(currentTarget.open);
					}}
				>
					<summary>
						<h3>{_('Kept on the CPU by choice')}</h3>
					</summary>
					{open && View && <View {...props} />}
					{incomplete && <p>{_('This could not be loaded from the router. Open it again.')}</p>}
				</details>
			</section>
		);
	}

	async #toggle(open: boolean): Promise<void> {
		this.setState({ open });
		if (!open || this.state.View) return;
		try {
			const { PolicyView } = await this.props.load();
			this.setState({ View: PolicyView, incomplete: false });
		} catch {
			this.setState({ incomplete: true });
		}
	}
}
