# SPDX-License-Identifier: MIT
# Protocol Toolkit for Nix: `nix build` makes the package, `nix develop` a shell with what the tests need.
{
  description = "Event loops, sockets, timers and protothreads without a heap";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-24.05";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      forAllSystems = f: nixpkgs.lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});
    in
    {
      packages = forAllSystems (pkgs: {
        default = pkgs.callPackage ./packaging/nix/package.nix { source = self; };
      });
      devShells = forAllSystems (pkgs: {
        default = pkgs.mkShell {
          inputsFrom = [ self.packages.${pkgs.system}.default ];
          packages = [ pkgs.clang-tools pkgs.ninja pkgs.pkg-config pkgs.shellcheck ];
        };
      });
    };
}
