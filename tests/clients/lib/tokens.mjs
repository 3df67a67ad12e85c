// Tokens for servers that ask for them: JWTs of every algorithm, made by Node's own cryptography,
// and the file of `weft serve --auth`.

import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const base64 = (value) => Buffer.from(value).toString('base64url');

const kSecret = 'a secret of at least thirty-two bytes';

const kMakers = {
  HS256: () => ({ secret: kSecret }),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
};

/** A key of `alg` that makes tokens, and says itself as a JWK. */
export class SigningKey {
  constructor(alg, kid) {
    this.alg = alg;
    this.kid = kid;
    this.keys = kMakers[alg]();
  }

  get jwk() {
    const { publicKey } = this.keys;
    const jwk = publicKey === undefined ? { kty: 'oct', k: base64(kSecret) }
      : publicKey.export({ format: 'jwk' });
    return { ...jwk, kid: this.kid, alg: this.alg, use: 'sig' };
  }

  token(claims, header = {}) {
    const head = base64(JSON.stringify({ alg: this.alg, kid: this.kid, typ: 'JWT', ...header }));
    const text = `${head}.${base64(JSON.stringify(claims))}`;
    return `${text}.${this.#signature(text).toString('base64url')}`;
  }

  #signature(text) {
    if (this.alg === 'HS256') return createHmac('sha256', kSecret).update(text).digest();
    const digest = this.alg === 'EdDSA' ? null : 'sha256';
    return sign(digest, text, { key: this.keys.privateKey, dsaEncoding: 'ieee-p1363' });
  }
}

/** A folder with the rules of a server, which can be changed while that runs. */
export class AuthFolder {
  constructor(rules, jwks = []) {
    this.folder = mkdtempSync(join(tmpdir(), 'weft-auth-'));
    this.path = join(this.folder, 'auth.json');
    this.writeKeys(jwks);
    this.write(rules);
  }

  write(rules) {
    writeFileSync(this.path, JSON.stringify(rules));
  }

  writeKeys(keys) {
    writeFileSync(join(this.folder, 'jwks.json'), JSON.stringify({ keys }));
  }

  close() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
