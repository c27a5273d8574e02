package dev.orrery.k8s.net;

import java.io.IOException;
import java.net.ConnectException;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Dials many targets concurrently. */
final class Dialling {
  /** Long enough for a TCP retransmission, which follows after one second. */
  private static final Duration PATIENCE = Duration.ofMillis(1400);

  private final List<Target> targets;
  private final Reach[] found;

  private Dialling(List<Target> targets) {
    this.targets = targets;
    this.found = new Reach[targets.size()];
    Arrays.fill(found, Reach.DROPPED);
  }

  /** Returns the results in the order of the targets. */
  static List<Reach> dial(List<Target> targets) throws IOException {
    Dialling dialling = new Dialling(targets);
    dialling.run();
    return List.of(dialling.found);
  }

  private void run() throws IOException {
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < targets.size(); i++) {
        if (targets.get(i).isTcp()) {
          connect(selector, i);
        } else {
          ask(selector, i);
        }
      }
      long start = System.nanoTime();
      await(selector, start + PATIENCE.toNanos() / 2);
      for (SelectionKey key : selector.keys()) {
        // A datagram may have been lost; of a connection, the system takes care.
        if (key.isValid() && key.channel() instanceof DatagramChannel channel) {
          send(key, channel);
        }
      }
      await(selector, start + PATIENCE.toNanos());
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
    }
  }

  private void connect(Selector selector, int index) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT, index);
    if (channel.connect(targets.get(index).socketAddress())) {
      answered(key, Reach.OPEN);
    }
  }

  private void ask(Selector selector, int index) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    channel.configureBlocking(false);
    channel.connect(targets.get(index).socketAddress());
    send(channel.register(selector, SelectionKey.OP_READ, index), channel);
  }

  private void send(SelectionKey key, DatagramChannel channel) throws IOException {
    try {
      channel.write(ByteBuffer.wrap(new byte[] {'?'}));
    } catch (PortUnreachableException e) {
      answered(key, Reach.REFUSED);
    } catch (IOException e) {
      // The system tells at once what its own rules drop.
      if (!"Operation not permitted".equals(e.getMessage())) {
        throw e;
      }
    }
  }

  /** Counts responses before the deadline, however late this process notices them. */
  private void await(Selector selector, long end) throws IOException {
    boolean over = false;
    while (!over && !selector.keys().isEmpty()) {
      long left = (end - System.nanoTime()) / 1_000_000;
      over = left <= 0;
      if (over) {
        selector.selectNow();
      } else {
        selector.select(left);
      }
      for (SelectionKey key : selector.selectedKeys()) {
        look(key);
      }
      selector.selectedKeys().clear();
    }
  }

  private void look(SelectionKey key) throws IOException {
    try {
      if (key.channel() instanceof SocketChannel channel) {
        channel.finishConnect();
      } else {
        ((DatagramChannel) key.channel()).read(ByteBuffer.allocate(16));
      }
      answered(key, Reach.OPEN);
    } catch (ConnectException | PortUnreachableException e) {
      answered(key, Reach.REFUSED);
    }
  }

  private void answered(SelectionKey key, Reach reach) throws IOException {
    found[(Integer) key.attachment()] = reach;
    key.channel().close();
  }
}
