// The time that Yjs sees: lib0 takes hold of Date.now when it is loaded, so this file is imported
// before it.

const now = Date.now.bind(Date);

/** `time`: milliseconds, or null for the real time. */
export const clock = { time: null };

Date.now = () => clock.time ?? now();
