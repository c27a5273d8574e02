package dev.orrery.k8s.net;

import dev.orrery.k8s.policy.Socket;
import java.net.InetSocketAddress;

/** A dialled port of an address; its text has no blanks. */
record Target(String address, Socket socket) {

  static Target parse(String word) {
    String[] parts = word.split("/", -1);
    return new Target(parts[1], new Socket(parts[0], Integer.parseInt(parts[2])));
  }

  boolean isTcp() {
    return socket.protocol().equals("TCP");
  }

  InetSocketAddress socketAddress() {
    return new InetSocketAddress(address, socket.port());
  }

  @Override
  public String toString() {
    return socket.protocol() + "/" + address + "/" + socket.port();
  }
}
