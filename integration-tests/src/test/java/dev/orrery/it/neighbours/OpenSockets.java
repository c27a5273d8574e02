package dev.orrery.it.neighbours;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Connections that an attack keeps open. */
final class OpenSockets implements Closeable {
  private final int port;
  private final List<Socket> sockets = new ArrayList<>();

  private OpenSockets(int port) {
    this.port = port;
  }

  static OpenSockets toApi(NeighboursWorld world) {
    return new OpenSockets(world.apiPort());
  }

  static OpenSockets toWorkerPort(NeighboursWorld world) {
    return new OpenSockets(world.workerPort());
  }

  static OpenSockets toManagement(NeighboursWorld world) {
    return new OpenSockets(world.stack().managementPort());
  }

  static Socket connect(int port) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  void open(String firstBytes) throws IOException {
    Socket socket = connect(port);
    sockets.add(socket);
    socket.getOutputStream().write(firstBytes.getBytes(StandardCharsets.US_ASCII));
  }

  /** Skips connections that the server has closed. */
  void sendToAll(String bytes) {
    for (Socket socket : sockets) {
      try {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        // The server has closed it.
      }
    }
  }

  /** Reads pending data; returns false at once if a connection is open. */
  boolean areClosedByServer() throws IOException {
    for (Socket socket : sockets) {
      socket.setSoTimeout(1);
      try {
        if (socket.getInputStream().read() != -1) {
          return false;
        }
      } catch (SocketTimeoutException e) {
        return false;
      } catch (SocketException e) {
        // A reset closes it, too.
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return "port " + port;
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
