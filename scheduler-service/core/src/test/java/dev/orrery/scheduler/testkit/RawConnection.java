package dev.orrery.scheduler.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A connection on which requests are sent as bytes, or in part, to a server that answers "!". */
public final class RawConnection implements Closeable {
  private static final int MAX_MILLIS = 10_000;
  private static final String REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String END = "\r\n\r\n!";

  private final Socket socket;

  public RawConnection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(MAX_MILLIS);
  }

  public void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Sends a text up to so many times on a thread of its own, which the end of the connection ends.
   */
  public void sendInBackground(String text, int times) {
    Thread sender =
        new Thread(
            () -> {
              try {
                for (int n = 0; n < times; n++) {
                  send(text);
                }
              } catch (IOException e) {
                // The server has closed the connection, as the caller expects.
              }
            });
    sender.setDaemon(true);
    sender.start();
  }

  /** Sends a request; returns true if all of the answer arrives before the server closes. */
  public boolean isAnswered() throws IOException {
    return isAnswered(REQUEST);
  }

  /** As above, with a request of the caller. */
  public boolean isAnswered(String request) throws IOException {
    send(request);
    StringBuilder answer = new StringBuilder();
    int next = socket.getInputStream().read();
    while (next != -1) {
      answer.append((char) next);
      if (answer.toString().endsWith(END)) {
        return true;
      }
      next = socket.getInputStream().read();
    }
    return false;
  }

  /** Returns status line and headers of an answer, in lower case. */
  public String readsHead() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = socket.getInputStream().read();
      if (next == -1) {
        break;
      }
      head.append((char) next);
    }
    return head.toString().toLowerCase(Locale.ROOT);
  }

  /** Returns true once this byte has arrived, and false if the server closes before. */
  public boolean readsUntil(char last) throws IOException {
    byte[] part = new byte[8192];
    int length = socket.getInputStream().read(part);
    while (length > 0) {
      if (part[length - 1] == last) {
        return true;
      }
      length = socket.getInputStream().read(part);
    }
    return false;
  }

  /** Waits until the server closes the connection; fails if it does not. */
  public boolean isClosed() throws IOException {
    try {
      return socket.getInputStream().read() == -1;
    } catch (SocketException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
