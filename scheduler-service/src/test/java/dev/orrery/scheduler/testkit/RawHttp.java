package dev.orrery.scheduler.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A request as bytes. Clients give up when a server answers before it has read the body; this one
 * reads what was answered.
 */
public final class RawHttp {
  private static final int CHUNK = 64 * 1024;
  private static final int MAX_MILLIS = 15_000;

  private final int port;
  private final String head;

  private RawHttp(int port, String head) {
    this.port = port;
    this.head = head;
  }

  /** An answer: its status, its media type and its body. */
  public record Answer(int status, String mediaType, String body) {}

  /** Paths that are refused whatever they begin with. */
  public static List<String> ambiguousPaths() {
    return List.of(
        "/api/v1/apps;x=1",
        "/api/v1/apps;",
        "/api;/v1/apps",
        "/;/api/v1/apps",
        "/..;/..;/api/v1/apps",
        "/.;/api/v1/apps",
        "/x;/../api/v1/apps",
        "/q/openapi;/../../api/v1/apps",
        "/worker/v1/poll;x=1",
        "/discovery/v1;",
        "/q/health;x/../metrics",
        "/api/v1/apps%3Bx",
        "/api/v1/apps%3bx",
        "/%3B/%2e%2e/api/v1/apps",
        "//api/v1/apps",
        "///api/v1/apps",
        "/api/v1//apps",
        "/worker/v1//poll",
        "/q/health//ready",
        "/api/v1/apps//",
        "/api%2Fv1/apps",
        "/worker%2fv1/poll",
        "/..%2F..%2Fapi/v1/apps",
        "/api%5Cv1/apps",
        "/api%5cv1/apps",
        "/api/./v1/apps",
        "/q/openapi/../../api/v1/apps",
        "/q/health/..",
        "/q/openapi/%2e%2e/%2e%2e/api/v1/apps",
        "/q/%2E%2E/api/v1/apps",
        "/q/.%2e/api/v1/apps",
        "/api/v1/apps%00",
        "/worker/v1/poll%00",
        "/api/v1/apps%0a",
        "/api/v1/apps%7F",
        "http://localhost//api/v1/apps",
        "http://localhost/q/openapi/../../api/v1/apps",
        "http://localhost/api/v1/apps;x=1?limit=1",
        "/api/v1/apps;x?limit=1",
        "/console/../api/v1/apps",
        "/console/%2e%2e/api/v1/apps",
        "/console/..%2Fapi/v1/apps",
        "/console;/../api/v1/apps",
        "/console//index.html",
        "/console/lib/%6cit-html/lit-html.js");
  }

  public static RawHttp request(int port, String method, String path, String token) {
    return new RawHttp(
        port,
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\n"
            + (token == null ? "" : "Authorization: Bearer " + token + "\r\n"));
  }

  /**
   * A request with these headers only.
   *
   * @param headers lines, each with its end
   */
  public static RawHttp withHeaders(int port, String method, String path, String headers) {
    return new RawHttp(
        port,
        method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers);
  }

  /** Names the length, and then sends as much of the body as is taken. */
  public Answer withLength(byte[] body) throws IOException {
    return exchange("Content-Length: " + body.length + "\r\n\r\n", out -> out.write(body));
  }

  /** Names the length, and sends nothing: who answers has looked at the header alone. */
  public Answer withLengthOnly(long length) throws IOException {
    return exchange("Content-Length: " + length + "\r\n\r\n", out -> {});
  }

  /** Sends a header besides the usual ones; without a length, unless the header tells one. */
  public Answer withHeader(String line) throws IOException {
    return exchange(line + "\r\n\r\n", out -> {});
  }

  /** Names a length, and sends an empty body in chunks. */
  public Answer withTwoLengths() throws IOException {
    return exchange(
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        out -> out.write(ascii("0\r\n\r\n")));
  }

  /** Names the length, and sends the first part of the body. */
  public Begun begin(byte[] body, int part) throws IOException {
    Socket socket = new Socket("localhost", port);
    socket.setSoTimeout(MAX_MILLIS);
    OutputStream out = socket.getOutputStream();
    out.write(ascii(head + "Content-Length: " + body.length + "\r\n\r\n"));
    out.write(body, 0, part);
    out.flush();
    return new Begun(socket, new ByteArrayInputStream(body, part, body.length - part));
  }

  /** A request whose body has not been sent to its end. */
  public record Begun(Socket socket, InputStream rest) implements AutoCloseable {
    /** Sends the rest, and returns the answer. */
    public Answer complete() throws IOException {
      rest.transferTo(socket.getOutputStream());
      return answer();
    }

    /** Waits for the answer without sending the rest. */
    public Answer answer() throws IOException {
      return read(socket.getInputStream());
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** Sends the body in chunks, without saying how long it is. */
  public Answer inChunks(byte[] body) throws IOException {
    return exchange(
        "Transfer-Encoding: chunked\r\n\r\n",
        out -> {
          for (int at = 0; at < body.length; at += CHUNK) {
            int size = Math.min(CHUNK, body.length - at);
            out.write(ascii(Integer.toHexString(size) + "\r\n"));
            out.write(body, at, size);
            out.write(ascii("\r\n"));
          }
          out.write(ascii("0\r\n\r\n"));
        });
  }

  /** Sends header and body, in one chunk, together. */
  public Answer inOnePacket(String body) throws IOException {
    String length = Integer.toHexString(body.length());
    return exchange(
        "Transfer-Encoding: chunked\r\n\r\n" + length + "\r\n" + body + "\r\n0\r\n\r\n", out -> {});
  }

  /** Writes the rest of a request. */
  @FunctionalInterface
  private interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  private Answer exchange(String lastHeader, Body body) throws IOException {
    CompletableFuture<Void> writing;
    Answer answer;
    try (Socket socket = new Socket("localhost", port)) {
      socket.setSoTimeout(MAX_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write(ascii(head + lastHeader));
      out.flush();
      writing = CompletableFuture.runAsync(() -> write(body, out));
      answer = read(socket.getInputStream());
    }
    writing.join();
    return answer;
  }

  private static void write(Body body, OutputStream out) {
    try {
      body.writeTo(out);
      out.flush();
    } catch (IOException e) {
      // The server has answered and does not want the rest.
    }
  }

  /** Reads until the answer is complete: the server may keep the connection of a broken request. */
  private static Answer read(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("No answer but '" + head + "'");
      }
      head.append((char) next);
    }
    byte[] body = in.readNBytes(header(head, "Content-Length").map(Integer::parseInt).orElse(0));
    return new Answer(
        Integer.parseInt(head.substring(9, 12)),
        header(head, "Content-Type").orElse(""),
        new String(body, StandardCharsets.UTF_8));
  }

  private static Optional<String> header(CharSequence head, String name) {
    return head.toString()
        .lines()
        .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
