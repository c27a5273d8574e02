package dev.orrery.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A mail server that keeps received mails for tests, and refuses the recipients that a test names.
 */
public final class SmtpReceiver implements AutoCloseable {
  private final ServerSocket server;
  private final List<Mail> mails = new CopyOnWriteArrayList<>();
  private final List<String> verbs = new CopyOnWriteArrayList<>();
  private final Map<String, String> refusals = new ConcurrentHashMap<>();

  /**
   * A mail.
   *
   * @param text headers and body as they were sent, with {@code \n} at the ends of lines
   */
  public record Mail(String from, List<String> to, String text) {}

  public SmtpReceiver() {
    this(0);
  }

  /**
   * @param port 0 for any
   */
  public SmtpReceiver(int port) {
    try {
      server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    start(this::accept);
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "smtp-receiver");
    thread.setDaemon(true);
    thread.start();
  }

  public int port() {
    return server.getLocalPort();
  }

  public List<Mail> mails() {
    return mails;
  }

  /** The first words of all commands. */
  public List<String> verbs() {
    return verbs;
  }

  /**
   * Answers this recipient so from now on.
   *
   * @param reply such as {@code 550 no such user}
   */
  public void refuse(String recipient, String reply) {
    refusals.put(recipient, reply);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        start(() -> serve(socket));
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new AssertionError(e);
        }
      }
    }
  }

  private void serve(Socket socket) {
    try (socket;
        Writer out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8);
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      converse(in, out);
    } catch (IOException e) {
      System.out.println("A client of the mail server left: " + e);
    }
  }

  private void converse(BufferedReader in, Writer out) throws IOException {
    say(out, "220 test");
    String from = "";
    List<String> to = new ArrayList<>();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String verb = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
      verbs.add(verb);
      switch (verb) {
        case "MAIL" -> {
          from = address(line);
          to.clear();
          say(out, "250 ok");
        }
        case "RCPT" -> {
          String reply = refusals.getOrDefault(address(line), "250 ok");
          if (reply.startsWith("2")) {
            to.add(address(line));
          }
          say(out, reply);
        }
        case "DATA" -> {
          say(out, "354 go on");
          mails.add(new Mail(from, List.copyOf(to), data(in)));
          say(out, "250 taken");
        }
        case "QUIT" -> {
          say(out, "221 bye");
          return;
        }
        default -> say(out, "250 ok");
      }
    }
  }

  private static void say(Writer out, String reply) throws IOException {
    out.write(reply + "\r\n");
    out.flush();
  }

  private static String address(String line) {
    return line.substring(line.indexOf('<') + 1, line.indexOf('>'));
  }

  private static String data(BufferedReader in) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
      text.append(line.startsWith("..") ? line.substring(1) : line).append('\n');
    }
    return text.toString();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
