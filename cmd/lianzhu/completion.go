package main

import "github.com/spf13/cobra"

const completionHelp = `Print a script that teaches a shell to complete the commands and flags of lianzhu.

  bash        source <(lianzhu completion bash)
  zsh         lianzhu completion zsh > "${fpath[1]}/_lianzhu"
  fish        lianzhu completion fish > ~/.config/fish/completions/lianzhu.fish
  powershell  lianzhu completion powershell | Out-String | Invoke-Expression`

func newCompletion(a *app) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:       "completion bash|zsh|fish|powershell",
		Short:     "Print a completion script for a shell",
		Long:      completionHelp,
		Example:   "  source <(lianzhu completion bash)",
		Args:      takes(1, 1, "the name of a shell"),
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.out, true)
			case "zsh":
				return root.GenZshCompletion(a.out)
			case "fish":
				return root.GenFishCompletion(a.out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.out)
			}
			return &usageError{`there is no completion for "` + args[0] + `"; there is bash, zsh, fish and powershell`, cmd.CommandPath()}
		},
	}
}
