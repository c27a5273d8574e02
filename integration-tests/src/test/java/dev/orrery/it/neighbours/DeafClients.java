package dev.orrery.it.neighbours;

import dev.orrery.testing.program.Await;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Clients that send the same requests repeatedly and never read the responses. They reconnect when
 * the server has closed a connection.
 */
final class DeafClients implements Closeable {
  private static final Duration PAUSE = Duration.ofMillis(2);

  private final InetSocketAddress server;
  private final byte[] requests;
  private final List<Client> clients = new ArrayList<>();
  private int closedByServer;

  private static final class Client {
    SocketChannel channel;
    ByteBuffer left;
  }

  /**
   * @param request the header of a request without a body
   * @param pipelined the number of requests that a client sends at once
   */
  DeafClients(int port, int count, String request, int pipelined) {
    server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    requests = request.repeat(pipelined).getBytes(StandardCharsets.US_ASCII);
    for (int n = 0; n < count; n++) {
      clients.add(new Client());
    }
  }

  static String get(String path, String token) {
    return "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n%s\r\n"
        .formatted(path, token == null ? "" : "Authorization: Bearer " + token + "\r\n");
  }

  /** Returns the number of connections that the server has closed. */
  int sendUntil(BooleanSupplier over) throws IOException {
    while (!over.getAsBoolean()) {
      boolean sent = false;
      for (Client client : clients) {
        sent |= send(client);
      }
      if (!sent) {
        Await.pass(PAUSE);
      }
    }
    return closedByServer;
  }

  /** Returns true if the server accepted at least one byte. */
  private boolean send(Client client) throws IOException {
    if (client.channel == null) {
      client.channel = SocketChannel.open(server);
      client.channel.configureBlocking(false);
      client.left = ByteBuffer.wrap(requests);
    }
    try {
      if (!client.left.hasRemaining()) {
        client.left.rewind();
      }
      return client.channel.write(client.left) > 0;
    } catch (IOException e) {
      // The server has closed it.
      closedByServer++;
      client.channel.close();
      client.channel = null;
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    for (Client client : clients) {
      if (client.channel != null) {
        client.channel.close();
      }
    }
  }
}
