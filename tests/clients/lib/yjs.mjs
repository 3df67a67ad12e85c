// Yjs for tests in other folders, which have no modules of their own.

export * from 'yjs';
