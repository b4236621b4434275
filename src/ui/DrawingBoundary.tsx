/** Holds back an exception in what it surrounds: says what happened, where, and what can be done, in place of an empty page. */
import { Component, type ReactNode } from 'react';
import { Icon } from './shell/icons.tsx';

interface DrawingBoundaryProps {
  /** What it surrounds, as the start of a sentence: “A figure of this section”. */
  what: string;
  /** What to do besides trying again. */
  advice: string;
  children: ReactNode;
}

export class DrawingBoundary extends Component<DrawingBoundaryProps, { failure: string | null }> {
  static getDerivedStateFromError(error: unknown): { failure: string } {
    return { failure: error instanceof Error ? error.message : String(error) };
  }

  override state: { failure: string | null } = { failure: null };

  override render(): ReactNode {
    const { what, advice, children } = this.props;
    const { failure } = this.state;
    if (failure === null) return children;
    return (
      <section className="notices" aria-label="Problem of the drawing">
        <div className="notice" role="alert">
          <Icon name="warn" />
          <p className="notice-words">
            <b>{what} could not be drawn.</b> {advice} The browser says: {failure.slice(0, 200)}
          </p>
          <span className="notice-acts">
            <button type="button" className="button quiet" onClick={() => this.setState({ failure: null })}>
              Try again
            </button>
          </span>
        </div>
      </section>
    );
  }
}
