// SPDX-License-Identifier: Apache-2.0
/** The report for a bug tracker: loaded when the state has been shown. */
export { ReportView } from './ReportView.tsx';
