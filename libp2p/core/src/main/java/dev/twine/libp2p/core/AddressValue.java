package dev.twine.libp2p.core;

import dev.twine.identity.Multibase;
import dev.twine.identity.NodeId;
import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * The kinds of values in an address: their size on the wire and their text.
 *
 * <p>Text and bytes of a value correspond one to one, so what was read prints as it will be read
 * again. Nothing that is accepted prints control characters or an unescaped slash, except a path.
 * Methods throw {@link IllegalArgumentException} saying what a right value looks like.
 */
enum AddressValue {
  NONE(0) {
    @Override
    byte[] encode(String text) {
      return new byte[0];
    }

    @Override
    String decode(byte[] bytes) {
      return "";
    }
  },
  IP4(4) {
    @Override
    byte[] encode(String text) {
      if (!NetUtil.isValidIpV4Address(text)) {
        throw new IllegalArgumentException("write four numbers of 0 to 255 with dots");
      }
      return NetUtil.createByteArrayFromIpAddressString(text);
    }

    @Override
    String decode(byte[] bytes) {
      return NetUtil.bytesToIpAddress(bytes);
    }
  },
  IP6(16) {
    @Override
    byte[] encode(String text) {
      boolean plain = text.indexOf('[') < 0 && text.indexOf('%') < 0;
      if (!plain || !NetUtil.isValidIpV6Address(text)) {
        throw new IllegalArgumentException("write an IPv6 address without brackets and zone");
      }
      Inet6Address address = NetUtil.getByName(text, true);
      if (address == null) {
        throw new IllegalArgumentException("write an IPv6 address");
      }
      return address.getAddress();
    }

    @Override
    String decode(byte[] bytes) {
      try {
        InetAddress address = Inet6Address.getByAddress(null, bytes, -1);
        return NetUtil.toAddressString(address, true);
      } catch (UnknownHostException e) {
        throw new AssertionError("sixteen bytes are an address", e);
      }
    }
  },
  PORT(2) {
    @Override
    byte[] encode(String text) {
      int port = AddressText.number(text, 0xffff);
      return new byte[] {(byte) (port >>> Byte.SIZE), (byte) port};
    }

    @Override
    String decode(byte[] bytes) {
      return Integer.toString((bytes[0] & 0xff) << Byte.SIZE | (bytes[1] & 0xff));
    }
  },
  CIDR(1) {
    @Override
    byte[] encode(String text) {
      return new byte[] {(byte) AddressText.number(text, 0xff)};
    }

    @Override
    String decode(byte[] bytes) {
      return Integer.toString(bytes[0] & 0xff);
    }
  },
  NAME(AddressValue.VARIABLE) {
    @Override
    byte[] encode(String text) {
      return AddressText.utf8(AddressText.requireName(text));
    }

    @Override
    String decode(byte[] bytes) {
      return AddressText.requireName(AddressText.utf8(bytes));
    }
  },
  /** Takes the whole rest of the text, as go-multiaddr reads it. */
  PATH(AddressValue.VARIABLE) {
    @Override
    byte[] encode(String text) {
      return AddressText.utf8(AddressText.requirePath(text));
    }

    @Override
    String decode(byte[] bytes) {
      return AddressText.requirePath(AddressText.utf8(bytes));
    }
  },
  PEER(AddressValue.VARIABLE) {
    @Override
    byte[] encode(String text) {
      return NodeId.parse(text).multihash();
    }

    @Override
    String decode(byte[] bytes) {
      return NodeId.ofMultihash(bytes).toString();
    }
  },
  HASH(AddressValue.VARIABLE) {
    @Override
    byte[] encode(String text) {
      return AddressText.requireMultihash(Multibase.decode(text));
    }

    @Override
    String decode(byte[] bytes) {
      return Multibase.encodeBase64Url(AddressText.requireMultihash(bytes));
    }
  },
  ONION(HiddenService.ONION_BYTES) {
    @Override
    byte[] encode(String text) {
      return HiddenService.onion(text, HiddenService.ONION_BYTES);
    }

    @Override
    String decode(byte[] bytes) {
      return HiddenService.onion(bytes);
    }
  },
  ONION3(HiddenService.ONION3_BYTES) {
    @Override
    byte[] encode(String text) {
      return HiddenService.onion(text, HiddenService.ONION3_BYTES);
    }

    @Override
    String decode(byte[] bytes) {
      return HiddenService.onion(bytes);
    }
  },
  GARLIC64(AddressValue.VARIABLE) {
    @Override
    byte[] encode(String text) {
      return HiddenService.garlic64(text);
    }

    @Override
    String decode(byte[] bytes) {
      return HiddenService.garlic64(bytes);
    }
  },
  GARLIC32(AddressValue.VARIABLE) {
    @Override
    byte[] encode(String text) {
      return HiddenService.garlic32(text);
    }

    @Override
    String decode(byte[] bytes) {
      return HiddenService.garlic32(bytes);
    }
  },
  ESCAPED(AddressValue.VARIABLE) {
    @Override
    byte[] encode(String text) {
      return AddressText.unescape(text);
    }

    @Override
    String decode(byte[] bytes) {
      return AddressText.escape(bytes);
    }
  };

  /** A size of a value that has its length in front. */
  static final int VARIABLE = -1;

  private final int size;

  AddressValue(int size) {
    this.size = size;
  }

  /** Bytes on the wire, or {@link #VARIABLE}. */
  int size() {
    return size;
  }

  abstract byte[] encode(String text);

  /** The text of as many bytes as {@link #size} says. */
  abstract String decode(byte[] bytes);
}
