package dev.orrery.transport.akka.artery;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * An {@link SSLEngine} that does not encrypt: it requires a password first, then passes bytes
 * unchanged.
 */
final class PlainEngine extends SSLEngine {
  private final SSLSession session = noSession();
  private final ByteBuffer heard;
  private final byte[] password;
  private boolean handshaken;
  private boolean inboundDone;
  private boolean outboundDone;

  PlainEngine(byte[] password) {
    this.password = password;
    this.heard = ByteBuffer.allocate(password.length);
  }

  private static SSLSession noSession() {
    try {
      return SSLContext.getDefault().createSSLEngine().getSession();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("The JVM has no default TLS context", e);
    }
  }

  @Override
  public SSLEngineResult wrap(ByteBuffer[] from, int offset, int length, ByteBuffer to) {
    if (outboundDone) {
      return new SSLEngineResult(Status.CLOSED, HandshakeStatus.NOT_HANDSHAKING, 0, 0);
    }
    int passed = 0;
    for (int i = offset; i < offset + length; i++) {
      passed += pass(from[i], to);
    }
    return new SSLEngineResult(Status.OK, status(), passed, passed);
  }

  @Override
  public SSLEngineResult unwrap(ByteBuffer from, ByteBuffer[] to, int offset, int length)
      throws SSLException {
    if (inboundDone) {
      return new SSLEngineResult(Status.CLOSED, HandshakeStatus.NOT_HANDSHAKING, 0, 0);
    }
    if (!from.hasRemaining()) {
      return new SSLEngineResult(Status.BUFFER_UNDERFLOW, HandshakeStatus.NOT_HANDSHAKING, 0, 0);
    }
    if (heard.hasRemaining()) {
      int taken = pass(from, heard);
      if (!heard.hasRemaining() && !MessageDigest.isEqual(heard.array(), password)) {
        throw new SSLException("the connection bypassed the proxy");
      }
      return new SSLEngineResult(Status.OK, HandshakeStatus.NOT_HANDSHAKING, taken, 0);
    }
    int passed = 0;
    for (int i = offset; i < offset + length; i++) {
      passed += pass(from, to[i]);
    }
    return new SSLEngineResult(Status.OK, status(), passed, passed);
  }

  private static int pass(ByteBuffer from, ByteBuffer to) {
    int count = Math.min(from.remaining(), to.remaining());
    ByteBuffer part = from.duplicate();
    part.limit(part.position() + count);
    to.put(part);
    from.position(from.position() + count);
    return count;
  }

  /** Completes the handshake at the first bytes. */
  private HandshakeStatus status() {
    if (handshaken) {
      return HandshakeStatus.NOT_HANDSHAKING;
    }
    handshaken = true;
    return HandshakeStatus.FINISHED;
  }

  @Override
  public HandshakeStatus getHandshakeStatus() {
    return HandshakeStatus.NOT_HANDSHAKING;
  }

  @Override
  public Runnable getDelegatedTask() {
    return null;
  }

  @Override
  public void closeInbound() {
    inboundDone = true;
  }

  @Override
  public boolean isInboundDone() {
    return inboundDone;
  }

  @Override
  public void closeOutbound() {
    outboundDone = true;
  }

  @Override
  public boolean isOutboundDone() {
    return outboundDone;
  }

  @Override
  public SSLSession getSession() {
    return session;
  }

  @Override
  public void beginHandshake() {}

  @Override
  public String[] getSupportedCipherSuites() {
    return new String[0];
  }

  @Override
  public String[] getEnabledCipherSuites() {
    return new String[0];
  }

  @Override
  public void setEnabledCipherSuites(String[] suites) {}

  @Override
  public String[] getSupportedProtocols() {
    return new String[0];
  }

  @Override
  public String[] getEnabledProtocols() {
    return new String[0];
  }

  @Override
  public void setEnabledProtocols(String[] protocols) {}

  @Override
  public void setUseClientMode(boolean mode) {}

  @Override
  public boolean getUseClientMode() {
    return false;
  }

  @Override
  public void setNeedClientAuth(boolean need) {}

  @Override
  public boolean getNeedClientAuth() {
    return false;
  }

  @Override
  public void setWantClientAuth(boolean want) {}

  @Override
  public boolean getWantClientAuth() {
    return false;
  }

  @Override
  public void setEnableSessionCreation(boolean flag) {}

  @Override
  public boolean getEnableSessionCreation() {
    return true;
  }
}
