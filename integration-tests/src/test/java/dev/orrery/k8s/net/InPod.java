package dev.orrery.k8s.net;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The first process of a pod: dials, calls and listens as instructed on standard input, and answers
 * each line with a line. It ends with its input, and so does everything else in the pod.
 */
final class InPod {
  static final String STARTED = "started";
  private static final int CALL_MILLIS = 10_000;

  private InPod() {}

  public static void main(String[] arguments) throws IOException {
    Files.writeString(Path.of("/proc/sys/kernel/hostname"), arguments[0]);
    // Else the system says of a few closed ports only that they are. A mask also lifts the limit of
    // the whole machine; that of IPv6 lists types, of which 127 is nobody's.
    Files.writeString(Path.of("/proc/sys/net/ipv4/icmp_ratemask"), "0");
    Path ofIpv6 = Path.of("/proc/sys/net/ipv6/icmp/ratemask");
    if (Files.exists(ofIpv6)) {
      Files.writeString(ofIpv6, "127");
    }
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println(STARTED);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] words = line.split(" ", -1);
      System.out.println(
          switch (words[0]) {
            case "dial" -> dial(words);
            case "listen" -> listen(Integer.parseInt(words[1]));
            case "call" -> call(words[1], words[2], words[3], words[4]);
            default -> throw new IllegalArgumentException("unknown word: " + words[0]);
          });
    }
    System.exit(0);
  }

  private static String dial(String[] words) throws IOException {
    return Dialling.dial(Arrays.stream(words).skip(1).map(Target::parse).toList()).stream()
        .map(Reach::name)
        .collect(Collectors.joining(" "));
  }

  /** Listens on TCP and UDP, as a name server does. */
  private static String listen(int port) throws IOException {
    ServerSocket tcp = new ServerSocket(port);
    thread(
        () -> {
          while (true) {
            tcp.accept().close();
          }
        });
    DatagramChannel udp = DatagramChannel.open().bind(new InetSocketAddress(port));
    thread(
        () -> {
          while (true) {
            ByteBuffer datagram = ByteBuffer.allocate(16);
            SocketAddress from = udp.receive(datagram);
            udp.send(datagram.flip(), from);
          }
        });
    return "listening";
  }

  private interface Forever {
    void run() throws IOException;
  }

  private static void thread(Forever work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns status and body of an HTTP call, or 0 and the error. */
  private static String call(String method, String url, String token, String body) {
    try {
      HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
      connection.setConnectTimeout(CALL_MILLIS);
      connection.setReadTimeout(CALL_MILLIS);
      connection.setRequestMethod(method);
      connection.setRequestProperty("Authorization", "Bearer " + token);
      if (!body.isEmpty()) {
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
      }
      int status = connection.getResponseCode();
      try (InputStream answer =
          status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        String text =
            answer == null ? "" : new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        return status + " " + text.replaceAll("\\s*\\R\\s*", " ");
      }
    } catch (IOException e) {
      return "0 " + e;
    }
  }
}
