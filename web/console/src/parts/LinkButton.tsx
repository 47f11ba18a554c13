import { createLink } from '@tanstack/react-router';
import { Button, type ButtonProps } from 'antd';
import { forwardRef } from 'react';

const Anchor = forwardRef<HTMLAnchorElement, ButtonProps>((props, ref) => <Button ref={ref} {...props} />);

/** A link that looks like a button: a page of its own, not a deed. */
export const LinkButton = createLink(Anchor);
