package dev.orrery.it.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between agent and scheduler, and can cut off an answer that holds a given text. */
public final class CuttingProxy implements AutoCloseable {
  private final ServerSocket server;
  private final int target;
  private final List<Socket> sockets = new ArrayList<>();
  private final AtomicInteger cuts = new AtomicInteger();
  private volatile String cutAt;

  /**
   * @param target the port that connections are passed on to
   */
  public CuttingProxy(int target) {
    try {
      this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.target = target;
    thread("accept", this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** The next answer that holds this text is not passed on: its connection is closed instead. */
  public void cutNextAnswerWith(String text) {
    cutAt = text;
  }

  /** How many answers were cut off. */
  public int cuts() {
    return cuts.get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Socket scheduler = new Socket(InetAddress.getLoopbackAddress(), target);
        synchronized (sockets) {
          sockets.add(client);
          sockets.add(scheduler);
        }
        thread("up", () -> pump(client, scheduler, false));
        thread("down", () -> pump(scheduler, client, true));
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void pump(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[64 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (answers && isToBeCut(new String(buffer, 0, read, StandardCharsets.UTF_8))) {
          return;
        }
        out.write(buffer, 0, read);
        out.flush();
      }
    } catch (IOException e) {
      // One side has gone, and the other goes with it.
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

  @Override
  public void close() throws IOException {
    server.close();
    synchronized (sockets) {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }
}
