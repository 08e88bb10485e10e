// SPDX-License-Identifier: Apache-2.0
import { Component, type ComponentType } from 'preact';
import { _ } from '../ui/i18n.ts';
import { LoadedFold } from '../ui/LoadedFold.tsx';
import type { PolicyProps } from './PolicyView.tsx';

interface FoldProps extends PolicyProps {
	/** Loads what shows it. */
	load: () => Promise<{ PolicyView: ComponentType<PolicyProps> }>;
}

/** Which connections stay on the CPU by choice, folded: asked anew each time it is opened. */
export class PolicyFold extends Component<FoldProps, { View: ComponentType<PolicyProps> | null }> {
	override state: { View: ComponentType<PolicyProps> | null } = { View: null };

	readonly #load = async (): Promise<void> => {
		if (this.state.View) return;
		const { PolicyView } = await this.props.load();
		this.setState({ View: PolicyView });
	};

	override render(props: FoldProps, { View }: PolicyFold['state']) {
		return (
			<LoadedFold name={_('Kept on the CPU by choice')} load={this.#load}>
				{(open) => open && View && <View {...props} />}
			</LoadedFold>
		);
	}
}
