package dev.orrery.it.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * A proxy between two processes that disturbs their connections: it cuts off a response with a
 * given text, or breaks, delays, stalls or half-opens connections.
 */
public final class CuttingProxy implements AutoCloseable {
  private final ServerSocket server;
  private final IntSupplier target;
  private final Set<Passage> passages = ConcurrentHashMap.newKeySet();
  private final AtomicInteger cuts = new AtomicInteger();
  private final Object weather = new Object();
  private volatile String cutAt;
  private volatile Mode mode = Mode.OPEN;
  private volatile Duration delay = Duration.ZERO;

  /** The treatment of connections. */
  public enum Mode {
    /** Forwards everything. */
    OPEN,
    /** Holds bytes back, and forwards them later. */
    STALLED,
    /**
     * Drops bytes without an error, as if the other machine had lost its power. These connections
     * never recover.
     */
    HALF_OPEN,
    /** Closes new connections at once. */
    REFUSING
  }

  /**
   * @param target the port that connections are forwarded to
   */
  public CuttingProxy(int target) {
    this(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), () -> target);
  }

  /**
   * @param listenAt a local address, any of the loopback network
   * @param target the port of 127.0.0.1 that connections are forwarded to
   */
  public CuttingProxy(InetSocketAddress listenAt, int target) {
    this(listenAt, () -> target);
  }

  /**
   * @param own port of the proxy; 0 means any free port
   * @param target returns the target port of each connection
   */
  public CuttingProxy(int own, IntSupplier target) {
    this(new InetSocketAddress(InetAddress.getLoopbackAddress(), own), target);
  }

  /**
   * @param listenAt a local address, any of the loopback network
   * @param target returns the target port of each connection
   */
  public CuttingProxy(InetSocketAddress listenAt, IntSupplier target) {
    try {
      this.server = new ServerSocket(listenAt.getPort(), 50, listenAt.getAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.target = target;
    thread("accept", this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Closes the connection instead of forwarding the next response with this text. */
  public void cutNextAnswerWith(String text) {
    cutAt = text;
  }

  /** Returns the number of responses that were cut off. */
  public int cuts() {
    return cuts.get();
  }

  /** Breaks all connections; the mode applies to new ones. */
  public void cut() {
    passages.forEach(Passage::reset);
  }

  /** Changes the mode. */
  public void turn(Mode next) {
    synchronized (weather) {
      mode = next;
      weather.notifyAll();
    }
    if (next == Mode.HALF_OPEN) {
      passages.forEach(passage -> passage.dead = true);
    } else if (next == Mode.REFUSING) {
      cut();
    }
  }

  /** Delays each direction by this time from now on. */
  public void delay(Duration each) {
    delay = each;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Passage passage = new Passage(server.accept());
        passages.add(passage);
        thread("open", passage::open);
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  /** A connection with both of its sides. */
  private final class Passage {
    private final Socket client;
    private final Socket goal = new Socket();
    private volatile boolean dead;

    Passage(Socket client) {
      this.client = client;
    }

    void open() {
      if (mode == Mode.REFUSING) {
        reset();
        return;
      }
      if (mode == Mode.HALF_OPEN) {
        dead = true;
      }
      try {
        awaitPassing();
        client.setTcpNoDelay(true);
        if (!dead) {
          goal.setTcpNoDelay(true);
          goal.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target.getAsInt()));
          thread("down", () -> pump(goal, client, true));
        }
        pump(client, goal, false);
      } catch (IOException | IllegalStateException e) {
        // Nothing listens there, or there is nobody to pass it on to.
        reset();
      }
    }

    private void pump(Socket from, Socket to, boolean answers) {
      byte[] buffer = new byte[64 * 1024];
      try {
        InputStream in = from.getInputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          if (answers && isToBeCut(new String(buffer, 0, read, StandardCharsets.UTF_8))) {
            break;
          }
          awaitPassing();
          if (!dead) {
            OutputStream out = to.getOutputStream();
            out.write(buffer, 0, read);
            out.flush();
          }
        }
        awaitPassing();
      } catch (IOException e) {
        // One side has gone, and the other goes with it, if it gets to know.
      }
      close(from);
      if (!dead) {
        close(to);
      }
      if (to.isClosed()) {
        passages.remove(this);
      }
    }

    /** Resets the connection, so that the peer sees an error instead of an end. */
    void reset() {
      for (Socket side : new Socket[] {client, goal}) {
        try {
          side.setSoLinger(true, 0);
        } catch (IOException e) {
          // It is closed already.
        }
        close(side);
      }
      passages.remove(this);
    }
  }

  private void awaitPassing() throws IOException {
    try {
      if (!delay.isZero()) {
        Thread.sleep(delay.toMillis());
      }
      synchronized (weather) {
        while (mode == Mode.STALLED && !server.isClosed()) {
          weather.wait();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized boolean isToBeCut(String answer) {
    if (cutAt == null || !answer.contains(cutAt)) {
      return false;
    }
    cutAt = null;
    cuts.incrementAndGet();
    return true;
  }

  private static void thread(String name, Runnable work) {
    Thread thread = new Thread(work, "proxy-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Closes the port and all connections. */
  public void block() throws IOException {
    close();
  }

  @Override
  public void close() throws IOException {
    server.close();
    turn(Mode.OPEN);
    cut();
  }
}
