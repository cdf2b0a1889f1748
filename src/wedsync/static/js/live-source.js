// Follows one event stream and comes back after a break, a little later each time.
const FIRST_MS = 1000;
const LONGEST_MS = 30000;

export function follow(url, tell) {
  let wait_ms = FIRST_MS;
  function open() {
    const source = new EventSource(url);
    source.onopen = () => {
      wait_ms = FIRST_MS;
      tell({ type: "open" });
    };
    source.onmessage = ({ data }) => tell({ type: "event", event: JSON.parse(data) });
    source.onerror = () => {
      source.close();
      // Spread, so that a restarted server is not met by everyone at once.
      setTimeout(open, wait_ms * (0.5 + Math.random()));
      wait_ms = Math.min(wait_ms * 2, LONGEST_MS);
    };
  }
  open();
}
