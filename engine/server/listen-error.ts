// Why a port could not be had, as one line with the remedy: the first thing an operator may ever see.

type ListenFailure = {
  /** The variable that chose the port. */
  readonly what: string;
  readonly host: string;
  readonly port: number;
  readonly error: NodeJS.ErrnoException;
};

export const explainListenError = ({ what, host, port, error }: ListenFailure): string => {
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  switch (error.code) {
    case "EADDRINUSE":
      return `${what}: ${address} is taken by another program; stop it or choose another port`;
    case "EACCES":
      return `${what}: no permission for ${address}; choose a port from 1024 up`;
    case "EADDRNOTAVAIL":
      return `ENGINE_HOST: ${host} is not an address of this machine`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `ENGINE_HOST: ${host} has no address`;
    default:
      return `${what}: cannot listen on ${address} (${error.code ?? error.message})`;
  }
};
